package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineAddressTest {
    @ParameterizedTest
    @CsvSource({
        "unix:///run/docker.sock, unix:///run/docker.sock",
        "UNIX:///run/docker.sock, unix:///run/docker.sock",
        "tcp://h, tcp://h:2375",
        "tcp://h:2376, tcp://h:2376",
        "http://h:1/, tcp://h:1",
        "https://h, https://h:2376",
        "tcp://[::1]:2375, tcp://[::1]:2375"
    })
    void readsWhatDockerHostMayBe(String text, String meant) {
        assertEquals(meant, EngineAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "docker.sock", "unix://run/docker.sock", "unix://", "tcp://", "tcp://user:secret@h:1",
                        "tcp://h/path",
                "tcp://h?x", "tcp://h:99999", "ssh://h", "npipe:////./pipe/x", "fd://", "tcp://h:0", "unix:///a\0b"
            })
    void refusesEverythingElse(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> EngineAddress.parse(text));
        assertTrue(!String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
    }

    @Test
    void aSocketHasNoTls() {
        EngineAddress address = EngineAddress.unix(Path.of("/s"));
        assertEquals(address, address.withTls());
        assertEquals(Optional.of(Path.of("/s")), address.socket());
    }

    @Test
    void tlsChangesTheUsualPort() {
        assertEquals("https://h:2376", EngineAddress.parse("tcp://h").withTls().toString());
    }

    @ParameterizedTest
    @CsvSource({"tcp://10.0.0.1, true", "https://10.0.0.1, false", "tcp://127.0.0.1, false", "unix:///s, false"})
    void knowsWhetherAnswersCanBeForged(String text, boolean unprotected) {
        assertEquals(unprotected, EngineAddress.parse(text).isUnprotected());
    }

    @Property
    void acceptsOrExplainsAnyText(@ForAll String text) {
        try {
            EngineAddress.parse("tcp://" + text);
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 500, e.getMessage());
        }
    }
}
