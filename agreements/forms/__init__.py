"""The forms of acts: the shape of what is typed; rules are in services."""

from agreements.forms.acts import (
    AgreementFilterForm,
    ArticleForm,
    CommentForm,
    Fields,
    InscribeForm,
    PreparedForm,
    ProofForm,
    ProposalForm,
    ReasonForm,
    ReserveForm,
    ReviewForm,
    SignatoryForm,
    TermsForm,
    ValidateClauseForm,
    ValueForm,
)
from agreements.forms.archives import RetentionForm, VerifyForm, VisaForm
from agreements.forms.engaging import (
    DepositForm,
    IdentityForm,
    SignForm,
    SuspendForm,
    TerminateForm,
)

__all__ = [
    "Fields",
    "AgreementFilterForm",
    "ArticleForm",
    "CommentForm",
    "DepositForm",
    "IdentityForm",
    "InscribeForm",
    "PreparedForm",
    "ProofForm",
    "ProposalForm",
    "ReasonForm",
    "ReserveForm",
    "RetentionForm",
    "ReviewForm",
    "SignForm",
    "SignatoryForm",
    "SuspendForm",
    "TerminateForm",
    "TermsForm",
    "ValidateClauseForm",
    "ValueForm",
    "VerifyForm",
    "VisaForm",
]
