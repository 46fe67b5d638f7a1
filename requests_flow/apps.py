from django.apps import AppConfig


class RequestsFlowConfig(AppConfig):
    name = "requests_flow"

    def ready(self) -> None:
        from agreements.evidence import pieces
        from cases import stages
        from cases.enums import CaseKind
        from requests_flow import evidence, receivers, sources  # noqa: F401
        from requests_flow.enums import RequestStage
        from requests_flow.flows import circuit_v1  # noqa: F401 - rows name its nodes

        stages.register(
            CaseKind.REQUEST,
            attribute="datarequest",
            stages=RequestStage,
            alive={RequestStage.RUNNING},
            path="/demandes/",
        )
        pieces.register(evidence.pieces_of)
