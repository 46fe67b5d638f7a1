"""What becomes of what requests say about people (architecture.md, §4 rule 8).

Opinions, reasons and decisions are kept with the file that they decided.
"""

PERSONAL_DATA = {
    "Complement": {
        "answer": "keep",
        "items": "keep",
    },
    "Conclusion": {
        "motivation": "keep",
        "reason_codes": "none",
    },
    "Condition": {
        "clause_code": "none",
        "owner": "keep",
        "proof": "keep",
        "proof_text": "keep",
        "settled_reason": "keep",
        "text": "keep",
    },
    "Consultation": {
        "synthesis": "keep",
    },
    "DataRequest": {
        "act_type": "none",
        "legal_pathway": "none",
        "parent_reference": "none",
        "precheck": "keep",
        "redirect_contact": "keep",
        "redirect_desk": "none",
        "redirect_licence": "none",
        "redirect_reason": "keep",
        "redirect_url": "none",
        "request_kind": "none",
        "risk_level": "none",
        "urgency": "none",
    },
    "Formality": {
        "authority": "keep",
        "reference": "keep",
    },
    "HolderDecision": {
        "kept": "keep",
        "motivation": "keep",
        "power": "keep",
        "refused": "keep",
        "reason_codes": "none",
    },
    "ImmediateRedirection": {
        "finding": "keep",
        "need": "keep",
    },
    "RequestedDataset": {
        "description": "none",
    },
}
