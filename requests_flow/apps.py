from django.apps import AppConfig


class RequestsFlowConfig(AppConfig):
    name = "requests_flow"

    def ready(self) -> None:
        from agreements.evidence import pieces
        from cases import stages
        from cases.enums import CaseKind
        from cases.messages import register_steps
        from requests_flow import evidence, messages, receivers, sources  # noqa: F401
        from requests_flow.enums import RequestStage
        from requests_flow.flows import circuit_v1

        register_steps(circuit_v1.CircuitV1)
        messages.register_all()
        stages.register(
            CaseKind.REQUEST,
            attribute="datarequest",
            stages=RequestStage,
            alive={RequestStage.RUNNING},
            path="/demandes/",
        )
        pieces.register(evidence.pieces_of)
