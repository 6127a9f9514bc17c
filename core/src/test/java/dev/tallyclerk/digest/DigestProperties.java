package dev.tallyclerk.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class DigestProperties {
    @Property
    void parseAcceptsOrExplainsButNeverCrashes(@ForAll String text) {
        try {
            assertEquals(text, Digest.parse(text).toString());
        } catch (MalformedDigestException e) {
            assertTrue(e.toString().length() < 250, "the message quotes a bounded part of the input");
        }
    }

    @Property
    void whateverParsesIsSafeInAPath(
            @ForAll @Chars({'a', '0', '+', '.', '_', '-', ':', '/', '\\', '=', '\0'}) @StringLength(max = 12)
                    String text) {
        try {
            Digest digest = Digest.parse(text);
            assertTrue(digest.encoded().matches("[a-zA-Z0-9=_-]+"));
            assertTrue(digest.algorithm().name().matches("[a-z0-9]+([+._-][a-z0-9]+)*"));
        } catch (MalformedDigestException e) {
            assertTrue(e.reason() != null);
        }
    }

    @Property
    void contentHasOneDigest(@ForAll byte[] content) {
        Digest digest = Digest.sha256Of(content);
        assertEquals(digest, Digest.parse(digest.toString()));
        assertEquals(digest, Digest.of(DigestAlgorithm.SHA256, content));
    }
}
