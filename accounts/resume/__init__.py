"""A session that ends in the middle of a form loses nothing (ux/spec.md §2, error pages).

When a form is posted after the session has ended, its text is kept in the new, still anonymous
session; once the same person has signed in, the page comes back with the text in its fields.
Nothing is sent in his place: he presses the button again, with a fresh CSRF token.

What keeps it safe: the text is kept only after the CSRF check, only for the person named by a
signed cookie of the session before, for an hour, up to a bounded size, never files nor anything
of the sign-in pages, and it is given back to nobody else.
"""

from accounts.resume.middleware import ResumeMiddleware, forget, kept_form, kept_page

__all__ = ["ResumeMiddleware", "forget", "kept_form", "kept_page"]
