package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenValueTest {
    @ParameterizedTest
    @CsvSource({
        "DB_PASSWORD, Kq7vT2pZ9wLx",
        "TOKEN, ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "X, Server=a;Pwd=Kq7vT2pZ9wLx"
    })
    void aHiddenSecretIsJudgedAsTheSecretWas(String name, String value) {
        Optional<String> kind = SecretAssignment.judgeLiteral(name, value);
        assertEquals(kind, SecretAssignment.judgeLiteral(name, HiddenValue.of(kind.orElseThrow())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[hidden: ]", "[hidden: a\nb]", "[hidden: a] b", "[redacted]"})
    void anyOtherTextHidesNothing(String text) {
        assertEquals(Optional.empty(), HiddenValue.kindOf(text));
    }

    @Test
    void aKindThatCannotBeWrittenIsASecretAllTheSame() {
        assertEquals(Optional.of("secret"), HiddenValue.kindOf(HiddenValue.of("a]b")));
    }
}
