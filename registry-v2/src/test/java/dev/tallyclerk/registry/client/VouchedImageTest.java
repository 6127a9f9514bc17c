package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Images in a registry whose digest somebody else vouches for. */
class VouchedImageTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final Digest trusted = registry.repository("a").image("1").digest();
    private final Digest other = registry.repository("a").image("1", "another").digest();
    private final DigestResolver voucher = name -> ResolvedDigest.of(trusted, "the publisher");

    private ImageVerification verify(String text) throws IOException {
        Reference name = Reference.parse(text);
        return ImageVerifier.create().verify(registry.client().image(name), name, voucher);
    }

    @Test
    void nobodyAsksTheRegistryWhatATagStandsFor() throws IOException {
        ImageVerification verification = verify("registry.example.org/a:1");
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(trusted, verification.resolved().digest());
        assertFalse(registry.log().toString().contains("/manifests/1"), registry.log()::toString);
    }

    @Test
    void aDigestInTheNameIsTheOneThatIsLoaded() throws IOException {
        assertEquals(
                Verdict.VERIFIED, verify("registry.example.org/a:1@" + trusted).verdict());
        ImageVerification refused = verify("registry.example.org/a:1@" + other);
        assertTrue(
                refused.problems().get(0).result() instanceof ContentResult.Failed failed
                        && failed.reason() == ContentResult.Reason.NOT_THE_TRUSTED_DIGEST,
                refused.problems().toString());
        ResolvedDigest vouched = ResolvedDigest.of(trusted, "the publisher");
        Reference pinned = Reference.parse("registry.example.org/a@" + other);
        assertEquals(
                refused.problems(),
                ImageVerifier.create()
                        .verify(registry.client().image(pinned), vouched)
                        .problems());
    }
}
