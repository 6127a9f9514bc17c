package dev.tallyclerk.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedOriginsTest {
    private static final URI REGISTRY = URI.create("https://registry.example.org");
    private static final URI AUTH = URI.create("https://auth.example.org");

    @Test
    void readsPairsThatAreTrustedForTheirRegistryOnly(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("origins");
        Files.writeString(file, "# ours\n\n  HTTPS://Registry.example.org:443/v2/\thttps://auth.example.org  \r\n");
        TrustedOrigins trusted = TrustedOrigins.read(file);
        assertTrue(trusted.mayReceiveCredentials(REGISTRY, AUTH));
        assertFalse(trusted.mayReceiveCredentials(AUTH, REGISTRY));
        assertFalse(trusted.mayReceiveCredentials(URI.create("https://other.example.org"), AUTH));
        assertFalse(trusted.mayReceiveCredentials(REGISTRY, URI.create("https://auth.example.org:444")));
        assertTrue(trusted.mayReceiveCredentials(
                URI.create("https://registry.gitlab.com"), URI.create("https://gitlab.com")));
    }

    @Test
    void anOriginCanBeTrustedForEveryRegistry() {
        TrustedOrigins trusted =
                TrustedOrigins.known().withEveryRegistry(URI.create("https://AUTH.example.org:443/token"));
        assertTrue(trusted.mayReceiveCredentials(REGISTRY, AUTH));
        assertTrue(trusted.mayReceiveCredentials(URI.create("https://other.example.org"), AUTH));
        assertFalse(trusted.mayReceiveCredentials(REGISTRY, URI.create("http://auth.example.org")));
        assertFalse(trusted.mayReceiveCredentials(AUTH, REGISTRY));
        assertFalse(trusted.mayReceiveCredentials(REGISTRY, URI.create("mailto:auth")));
        assertFalse(trusted.mayReceiveCredentials(URI.create("*"), URI.create("https://other.example.org")));
        assertThrows(IllegalArgumentException.class, () -> trusted.withEveryRegistry(URI.create("auth.example.org")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://registry.example.org",
                "https://a.example https://b.example https://c.example",
                "registry.example.org auth.example.org",
                "ftp://a.example https://b.example",
                "https://a_b https://b.example",
                "https://[ https://b.example"
            })
    void refusesALineThatIsNoPairAndSaysWhichOne(String line) {
        var e = assertThrows(IllegalArgumentException.class, () -> TrustedOrigins.parse("# first\n" + line + "\n"));
        assertTrue(String.valueOf(e.getMessage()).startsWith("line 2: "), e.getMessage());
    }

    @Test
    void aFileThatIsTooLargeIsNotRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("origins");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertEquals(
                file + " is larger than 1048576 bytes",
                assertThrows(IOException.class, () -> TrustedOrigins.read(file)).getMessage());
    }
}
