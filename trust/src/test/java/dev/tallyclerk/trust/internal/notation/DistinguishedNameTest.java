package dev.tallyclerk.trust.internal.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistinguishedNameTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CN=a|a",
                "cn = a|a",
                "CN=  a b  |a b",
                "CN=a=b|a=b",
                "CN=a\\,b|a,b",
                "CN=a\\\\|a\\",
                "CN=a\\;\\+\\\"\\<\\>\\=|a;+\"<>=",
                "CN=\\#a|#a",
                "CN=a#b|a#b",
                "CN=\\C3\\A4|ä",
                "CN=\\41b|Ab",
                "`CN=a\\ `|`a `",
                "CN=\\ a|` a`",
                "`CN=\\ `|` `",
                "CN=\\30|0",
                "CN=a\\0Ab|`a\nb`",
                "`CN=a\\\\ `|a\\",
                "`CN=a\\\\\\  `|`a\\ `",
                "`CN=\\  `|` `",
            })
    void readsAValue(String text, String value) throws EvidenceException {
        assertEquals(Map.of("CN", value), DistinguishedName.parse(text).attributes());
    }

    @Test
    void readsTypesInAnyCaseAndTheShortNameOfStates() throws EvidenceException {
        assertEquals(
                Map.of("C", "US", "ST", "WA", "O", "Acme"),
                DistinguishedName.parse("c=US, s=WA ,O=Acme").attributes());
    }

    @Test
    void aTypeHasLettersDigitsDotsAndHyphens() throws EvidenceException {
        assertEquals(
                Map.of("AZ", "1", "AZ09", "2", "1.0.9", "3", "A-B", "4"),
                DistinguishedName.parse("AZ=1,az09=2,1.0.9=3,a-b=4").attributes());
        for (char other : "@[`{/:_ \u00e9".toCharArray()) {
            assertEquals(Reason.MALFORMED, reason("A" + other + "B=1"), "A" + other + "B");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CN",
                "=a",
                "CN=",
                "CN=a,",
                ",CN=a",
                "CN=a,,O=b",
                "CN=a,CN=b",
                "ST=a,S=b",
                "cn=a,CN=b",
                "CN=a+O=b",
                "CN=a;O=b",
                "CN=\"a\"",
                "CN=a<b",
                "CN=a>b",
                "CN=#0c0161",
                "=#",
                "C N=a",
                "C_N=a",
                "CN=a\\",
                "CN=a\\x",
                "CN=a\\4",
                "CN=\\FF",
                "CN=\\00",
                "CN=a\u0000",
            })
    void refusesWhatIsNone(String text) {
        assertEquals(Reason.MALFORMED, reason(text));
    }

    private static Reason reason(String text) {
        return assertThrows(EvidenceException.class, () -> DistinguishedName.parse(text))
                .reason();
    }

    @Test
    void hasLimits() throws EvidenceException {
        DistinguishedName.parse("CN=" + "a".repeat(4_093));
        assertEquals(Reason.LIMIT_EXCEEDED, reason("CN=" + "a".repeat(4_094)));
        StringBuilder many = new StringBuilder("A0=x");
        for (int i = 1; i < 64; i++) {
            many.append(",A").append(i).append("=x");
        }
        assertEquals(64, DistinguishedName.parse(many.toString()).attributes().size());
        assertEquals(Reason.LIMIT_EXCEEDED, reason(many + ",A64=x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C=US, ST=WA, O=Acme|true",
                "C=US, ST=WA, O=Acme, CN=signer|true",
                "C=US, ST=WA, O=Acme, CN=signer, SERIALNUMBER=7|true",
                "C=US, ST=WA, O=Acme, CN=Signer|false",
                "C=US, ST=WA, O=Acme, OU=x|false",
                "C=US, ST=WA, O=Acme, 1.2.3.4=x|false",
            })
    void comparesWithTheSubjectOfACertificate(String identity, boolean isPart) throws EvidenceException {
        DistinguishedName subject = DistinguishedName.of(new X500Principal(
                "CN=signer, SERIALNUMBER=7, 1.2.3.4=x, O=Acme, ST=WA, C=US", Map.of("SERIALNUMBER", "2.5.4.5")));
        assertEquals(isPart, DistinguishedName.parse(identity).isPartOf(subject));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a, b+c", "\"a\"", "a\\b", " a ", "#a", "a;b<c>=d", "\u00e4\u4e16", "a\nb"})
    void readsBackWhatTheRuntimeEscapes(String value) throws Exception {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.CN, new DERUTF8String(value))
                .addRDN(BCStyle.O, "x")
                .build();
        DistinguishedName subject = DistinguishedName.of(new X500Principal(name.getEncoded()));
        assertEquals(value, subject.attributes().get("CN"));
    }

    @Test
    void aSubjectWithAnAttributeTwiceIsAmbiguous() {
        for (String subject : new String[] {"O=a, O=b", "O=a+OU=b"}) {
            assertThrows(EvidenceException.class, () -> DistinguishedName.of(new X500Principal(subject)));
        }
    }

    @Test
    void aValueOfAnotherEncodingEqualsNoText() throws EvidenceException {
        DistinguishedName subject = DistinguishedName.of(new X500Principal("CN=#0403010203"));
        assertFalse(DistinguishedName.parse("CN=\\#0403010203").isPartOf(subject));
        assertTrue(subject.attributes().containsKey("CN"));
    }
}
