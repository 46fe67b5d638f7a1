import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints one line for each file and flavour: PASS or FAIL, flavour, file, broken rules with a reason. */
public class Verdict {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        String[] flavours = arguments[0].split(",");
        for (int i = 1; i < arguments.length; i++) {
            for (String flavour : flavours) {
                System.out.println(judge(arguments[i], PDFAFlavour.byFlavourId(flavour)));
            }
        }
    }

    private static String judge(String path, PDFAFlavour flavour) {
        String head = flavour.getId() + "\t" + path;
        try (FileInputStream stream = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, String> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    broken.putIfAbsent(
                        assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber(),
                        assertion.getMessage() + " @ " + assertion.getLocation().getContext());
                }
            }
            return (result.isCompliant() ? "PASS\t" : "FAIL\t") + head + "\t" + broken;
        } catch (Exception error) {
            return "ERROR\t" + head + "\t" + error;
        }
    }
}
