import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.validation.SignedDocumentValidator;

/** Prints one line for each signature of each file: file, field, INTACT, MODIFIED or BROKEN. */
public class Verdict {
    public static void main(String[] paths) {
        for (String path : paths) {
            try {
                judge(path);
            } catch (Exception error) {
                System.out.println(path + "\t\tBROKEN\t" + error.getClass().getSimpleName());
            }
        }
    }

    /**
     * Signing a field that is tagged for readers of screens: the library knows the change when it is
     * reached by the form, not when the same object is reached by the tree of tags.
     */
    private static boolean isSigning(XmlObjectModification change) {
        String path = change.getValue();
        return path.matches(".* /Obj \\d+ 0 R /V \\d+ 0 R") && "Sig".equals(change.getType())
            || path.matches(".* /Annots \\d+ 0 R /AP /N \\d+ 0 R /BBox");
    }

    private static void judge(String path) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path));
        validator.setCertificateVerifier(new CommonCertificateVerifier());
        for (SignatureWrapper signature : validator.validateDocument().getDiagnosticData().getSignatures()) {
            PDFRevisionWrapper revision = signature.getPDFRevision();
            boolean sound = signature.isSignatureIntact() && signature.isSignatureValid()
                && revision.isSignatureByteRangeValid() && revision.isPdfSignatureDictionaryConsistent();
            boolean modified = !revision.getPdfUndefinedChanges().stream().allMatch(Verdict::isSigning)
                || !revision.getPdfAnnotationChanges().isEmpty()
                || !revision.getPdfPageDifferenceConcernedPages().isEmpty();
            System.out.println(path + "\t" + revision.getFirstFieldName() + "\t"
                + (!sound ? "BROKEN" : modified ? "MODIFIED" : "INTACT") + "\t" + signature.getSignatureFormat());
        }
    }
}
