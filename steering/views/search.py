"""The search bar of the header."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from steering.forms import SearchForm
from steering.selectors import search
from steering.views.base import trail


class SearchView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        context: dict[str, Any] = {"crumbs": trail(), "form": form, "query": "", "results": None}
        if form.is_valid() and (query := form.cleaned_data["q"]):
            if case := search.case_of(request.user, query):
                return redirect(case.get_absolute_url())
            context |= {"query": query, "results": search.search(request.user, query)}
        return render(request, "steering/search.html", context)
