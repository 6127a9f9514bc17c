package dev.tallyclerk.internal.call;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is redacted in a text from any source. */
class SecretsTest {
    private static final String SECRET = "0123456789abcdef/g~hi";

    private static final Secrets SECRETS = Secrets.none().and(SECRET);

    @Test
    void asItIsAsAFormHasItAndAsAPointerHasIt() {
        assertEquals("a … b", SECRETS.hide("a " + SECRET + " b"));
        assertEquals("a … b", SECRETS.hide("a 0123456789abcdef%2Fg%7Ehi b"));
        assertEquals("at /…/name", SECRETS.hide("at /0123456789abcdef~1g~0hi/name"));
        assertEquals("nothing of it", SECRETS.hide("nothing of it"));
    }

    @Test
    void inEachSpellingWhereTheRestIsTheSame() {
        Secrets secrets = Secrets.none().and("hunter2/abcdefghijkl");
        for (String spelled : List.of("hunter2/abcdefghijkl", "hunter2%2Fabcdefghijkl", "hunter2~1abcdefghijkl")) {
            assertEquals("at /…/name", secrets.hide("at /" + spelled + "/name"));
        }
    }

    @Test
    void wholeInWhatIsTooLongForItsRest() {
        String before = "x".repeat(100_000);
        assertEquals(before + "…", SECRETS.hide(before + SECRET));
    }

    @Test
    void inTheBeginningOfAHeaderOfAnyLength() {
        String before = "x".repeat(980);
        assertEquals(before + "…", SECRETS.hideBeginning(before + SECRET + "y".repeat(1 << 20)));
        assertEquals("text/plain", SECRETS.hideBeginning("text/plain"));
    }
}
