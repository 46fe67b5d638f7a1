"""Forms as data: one definition gives the form, its checks, read view, diff, print and schema.

    definition = definitions.get("use_case")          # latest version; get(code, 1) is a pinned one
    answers = services.create(code="use_case", by=user, values={...}, context={...})
    services.save_section(answers=answers, section="need", data=request.POST, by=user,
                          expected_revision=forms.expected_revision(request.POST),
                          files={"aipd_file": [attachment_id]})    # never refuses invalid input
        -> AnswerSet; raises EditConflict(conflicts, revision) when another page changed the field;
           services.resolve_conflict(..., choices={"title": "mine" | "theirs"}) ends it
    services.save_values(answers=answers, values={...}, by=user)   # from code: imports, demo, tests
    services.freeze(answers=answers, by=user)         # nothing writes to it any more
    services.copy(answers=answers, by=user)           # a new draft: renewal, resubmission

    selectors.problems(answers, "S", section="need")  # « Continuer »; without section: « Déposer »
        -> [Problem(section, field, message, label, row, column)]
        # stages S, D, G, L: a request is filed at "S"; acting forms (admissibility, opinions,
        # decisions…) are recorded at "D"; reexamination and formality at "S"
    selectors.facts(answers)                          # {"PD": True, …}; unknown ones are absent
    selectors.effective_values(answers)               # without what a condition hides
    selectors.progress(answers), selectors.sections(answers), selectors.assessment(answers)
    selectors.verdict(answers), selectors.conditions(answers)   # of any opinion or decision form
    selectors.read_view(answers), selectors.diff(old, new), selectors.print_view(answers)
    schema.json_schema(definition); scoring.advice(definition, values)

    form = forms.section_form(answers, "need", problems=found, attachments=provider,
                              refresh_url=here, editor=forms.editor(request.POST))
    forms.whole_form(answers), forms.blank_form("visa", context=…)   # a GET never writes
    {% include "questionnaires/section_form.html" %}    # whole <form>: form, autosave_url…
    {% include "questionnaires/section_fields.html" %}  # its fields only: form
    also read_view.html, diff.html, print_view.html, conflict.html, assessment.html and
    autosave.html (the answer to htmx). Context names are written at the head of each file.

    sources.register("dataset", provider)   # choice lists of higher apps: sources.ChoiceSource
    expressions.evaluate(expression, facts) # MissingFact when an unknown fact decides
    expressions.merge(text, context)        # -> Merged(text, gaps): « [à compléter : …] »

`context` holds facts of another form (the DPO's grid hides what the request makes pointless).
These services record no journal event: the app that owns the case does, in the same transaction.
"""
