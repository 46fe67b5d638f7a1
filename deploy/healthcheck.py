"""Ask this container's own web server whether it is ready; the exit code is the answer."""

import os
import sys
import urllib.request

hosts = os.environ.get("ALLOWED_HOSTS", "").split(",")
request = urllib.request.Request(
    f"http://127.0.0.1:{os.environ.get('BIND', ':8000').rsplit(':', 1)[1]}/healthz",
    headers={"Host": hosts[0].strip().lstrip(".") or "localhost"},
)
try:
    urllib.request.urlopen(request, timeout=8).close()  # noqa: S310 - this container only
except OSError as error:
    sys.exit(str(error))
