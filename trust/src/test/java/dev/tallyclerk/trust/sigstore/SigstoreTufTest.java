package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigstoreTufTest {
    @TempDir
    private Path folder;

    @Test
    void takesTheTrustedRootFromTheRepositoryAndThenFromTheCache() throws IOException, TufException, EvidenceException {
        BundleCase each = BundleCase.own("ok-v03");
        byte[] json = Files.readAllBytes(BundleCase.ownFolder().resolve("bundles/trusted_root.json"));
        TestRepository repository = new TestRepository();
        repository.addTarget("trusted_root.json", json);
        repository.addTarget("other.json", "{}".getBytes(StandardCharsets.UTF_8));
        repository.writeAll();
        SigstoreTuf tuf = SigstoreTuf.of(repository.client(MetadataStore.inMemory()), folder);
        SigstoreVerifier.of(tuf.trustedRoot()).verify(SigstoreBundle.parse(each.bundle()), each.artifact());
        int requests = repository.requests.size();
        SigstoreVerifier.of(tuf.offlineTrustedRoot()).verify(SigstoreBundle.parse(each.bundle()), each.artifact());
        assertEquals(requests, repository.requests.size());
        assertThrows(EvidenceException.class, () -> tuf.withTarget("other.json").trustedRoot());
        TufException missing = assertThrows(
                TufException.class, () -> tuf.withTarget("missing.json").trustedRoot());
        assertEquals(TufException.Reason.TARGET_NOT_LISTED, missing.reason());
    }
}
