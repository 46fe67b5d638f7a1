"""The production web server: settings of gunicorn, read from the environment."""

import os

wsgi_app = "config.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 15
keepalive = 5
# Nothing but signals drives the server.
control_socket_disable = True
# A worker is renewed now and then, not all at the same time.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat of a worker must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# Neither the address nor the query string: both may be personal data.
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s %(M)sms"
errorlog = "-"
