package dev.tallyclerk.trust.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.testing.NotaryServer;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real server and client: after each step the collection is read with the state before it in the store. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NotaryServerTest {
    private static final String GUN = "127.0.0.1/team/app";

    @TempDir
    private Path folder;

    private NotaryServer server;
    private final MetadataStore store = MetadataStore.inMemory();

    @BeforeEach
    void startTheServer() throws IOException {
        server = NotaryServer.start(folder);
    }

    @AfterEach
    void stopTheServer() {
        if (server != null) {
            server.close();
        }
    }

    private String notary(String... arguments) throws IOException, InterruptedException {
        return server.run(arguments);
    }

    private NotaryClient client(NotaryRootTrust trust) {
        HttpSettings http = HttpSettings.of(JdkTransport.of(HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build()))
                .withRetries(RetryPolicy.never());
        MetadataFetcher files = NotaryFiles.ofServer(server.address(), GUN, http);
        return NotaryClient.of(GUN, files, trust).withStore(store);
    }

    /** Compares what this library lists with what the original does. */
    private NotaryCollection readBack() throws Exception {
        List<String> listed = notary("list", GUN)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length == 4 && row[1].matches("[0-9a-f]{64}"))
                .map(row -> String.join(" ", row))
                .sorted()
                .toList();
        NotaryCollection collection = client(NotaryRootTrust.firstUse()).update();
        assertEquals(
                listed,
                collection.targets().stream()
                        .map(target -> target.path() + " "
                                + target.digests().get(0).encoded() + " " + target.length() + " " + target.role())
                        .sorted()
                        .toList());
        return collection;
    }

    @Test
    void readsEachStepOfAPublisher() throws Exception {
        notary("init", "-p", GUN);
        assertEquals(List.of(), readBack().targets());
        byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("file"), content);
        notary("add", "-p", GUN, "1.0", "file");
        assertEquals(
                Digest.sha256Of(content),
                readBack().releasedTarget("1.0").orElseThrow().digests().get(0));

        String openssl = Peers.require("openssl").toString();
        Peers.run(folder, openssl, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "alice.key");
        Peers.run(
                folder,
                openssl,
                "req",
                "-new",
                "-x509",
                "-key",
                "alice.key",
                "-subj",
                "/CN=alice",
                "-days",
                "30",
                "-out",
                "alice.crt");
        notary("delegation", "add", "-p", GUN, "targets/releases", "alice.crt", "--all-paths");
        readBack();
        notary("key", "import", "alice.key", "--role", "user", "-g", GUN);
        notary("add", "-p", "-r", "targets/releases", GUN, "2.0", "file");
        assertEquals(
                "targets/releases",
                readBack().releasedTarget("2.0").orElseThrow().role());

        notary("key", "rotate", GUN, "snapshot", "-r");
        readBack();
        notary("key", "rotate", GUN, "timestamp", "-r");
        readBack();
        notary("key", "rotate", GUN, "targets");
        NotaryCollection before = readBack();
        notary("key", "rotate", GUN, "root");
        NotaryCollection after = readBack();
        assertTrue(after.version("root").orElseThrow() > before.version("root").orElseThrow());
        assertEquals(2, after.targets().size());
        // The id that "notary key list" shows pins the root.
        String rootKey = notary("key", "list")
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row[0].equals("root") && row.length == 3)
                .map(row -> row[1])
                .filter(id -> accepts(NotaryRootTrust.pinned().withCertificates(GUN, id)))
                .findFirst()
                .orElseThrow();
        assertEquals(64, rootKey.length());
        SavedCollection saved = client(NotaryRootTrust.firstUse()).save(after);
        assertEquals(List.of(), saved.missingRoots());
        Path archive = folder.resolve("saved.zip");
        try (OutputStream out = Files.newOutputStream(archive)) {
            saved.write(out);
        }
        assertEquals(
                after.targets(),
                NotaryClient.of(
                                GUN,
                                NotaryFiles.ofArchive(archive),
                                NotaryRootTrust.pinned().withCertificates(GUN, rootKey))
                        .update()
                        .targets());
        notary("delegation", "remove", "-p", "-y", GUN, "targets/releases");
        NotaryCollection removed = readBack();
        assertEquals(
                List.of(NotaryNotice.Kind.ROLE_VANISHED),
                removed.notices().stream().map(NotaryNotice::kind).toList());
        assertEquals(Optional.empty(), removed.releasedTarget("2.0"));
        notary("add", "-p", GUN, "3.0", "file");
        assertEquals(2, readBack().targets().size());
        notary("remove", "-p", GUN, "1.0");
        assertEquals(1, readBack().targets().size());

        notary("delete", "--remote", GUN);
        NotaryException e = assertThrows(NotaryException.class, client(NotaryRootTrust.firstUse())::update);
        assertEquals(NotaryException.Reason.NOT_AVAILABLE, e.reason());
        assertEquals(1, client(NotaryRootTrust.firstUse()).offline().targets().size());
        // Another root of trust under the same name.
        notary("init", "-p", GUN);
        NotaryException other = assertThrows(NotaryException.class, client(NotaryRootTrust.firstUse())::update);
        assertEquals(NotaryException.Reason.ROOT_NOT_CHAINED, other.reason());
    }

    private boolean accepts(NotaryRootTrust trust) {
        try {
            client(trust).update();
            return true;
        } catch (NotaryException e) {
            assertEquals(NotaryException.Reason.PIN_MISMATCH, e.reason());
            return false;
        }
    }
}
