package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.PrivateAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EngineTlsTest {
    @TempDir
    Path folder = Path.of("");

    private static Transport transport(EngineTls tls) {
        return OkHttpTransport.of(new OkHttpClient.Builder()
                .sslSocketFactory(tls.context().getSocketFactory(), tls.trusted())
                .build());
    }

    private Path certificates(PrivateAuthority authority) throws IOException {
        Path certificates = Files.createDirectory(folder.resolve("certs"));
        Files.move(authority.writeAuthority(folder), certificates.resolve("ca.pem"));
        return certificates;
    }

    @Test
    void theEnginesCertificateIsVerifiedWithTheFolder() throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Path certificates = certificates(authority);
        Files.move(authority.writeServerCertificate(folder), certificates.resolve("cert.pem"));
        Files.move(authority.writeServerKey(folder), certificates.resolve("key.pem"));
        try (FakeEngine engine = FakeEngine.startTls(authority.serverContext()).withContainer("web", "", "")) {
            LiveEngine live = LiveEngine.connect(engine.address().withTls(), transport(EngineTls.read(certificates)));
            assertTrue(live.read("containers/web.json").content().isPresent());
        }
    }

    @Test
    void anEngineOfAnotherAuthorityIsRefused() throws Exception {
        PrivateAuthority authority = PrivateAuthority.create(folder);
        Path certificates = certificates(authority);
        PrivateAuthority other = PrivateAuthority.create(Files.createDirectory(folder.resolve("other")));
        try (FakeEngine engine = FakeEngine.startTls(other.serverContext())) {
            EngineTls tls = EngineTls.read(certificates);
            EngineException e = assertThrows(
                    EngineException.class,
                    () -> LiveEngine.connect(engine.address().withTls(), transport(tls)));
            assertEquals(Reason.UNREACHABLE, e.reason());
        }
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() throws IOException {
        Files.writeString(folder.resolve("cert.pem"), "x");
        assertThrows(IOException.class, () -> EngineTls.read(folder));
    }

    @Test
    void aFolderThatDoesNotExistIsRefused() {
        assertThrows(IOException.class, () -> EngineTls.read(folder.resolve("none")));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, genrsa -traditional 2048",
        "RSA, genrsa 2048",
        "EC, ecparam -genkey -noout -name prime256v1",
        "EC, ecparam -genkey -noout -name secp384r1",
        "EdDSA, genpkey -algorithm ed25519"
    })
    void readsKeysInTheFormsOfOpenssl(String algorithm, String arguments) throws Exception {
        String command = Peers.require("openssl") + " " + arguments;
        String printed = Peers.run(folder, command.split(" ", -1));
        String key = printed.substring(printed.indexOf("-----BEGIN"));
        assertEquals(
                algorithm, PemKey.parse(key.getBytes(StandardCharsets.US_ASCII)).getAlgorithm());
    }

    @Property
    void anyOtherTextIsRefused(@ForAll byte[] content, @ForAll boolean rsa) {
        String type = rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        String pem = "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + type + "-----\n";
        assertThrows(GeneralSecurityException.class, () -> PemKey.parse(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
