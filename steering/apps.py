from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "steering"

    def ready(self) -> None:
        from notifications.digest import register_figures
        from steering.selectors.work import work_figures

        # The digest stands below the cases: what it counts is told to it from here.
        register_figures(work_figures)
