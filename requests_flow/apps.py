from django.apps import AppConfig


class RequestsFlowConfig(AppConfig):
    name = "requests_flow"
