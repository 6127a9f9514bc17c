package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that are loaded by a name, whose digest somebody else vouches for. */
class NamedImageTest {
    private static final Reference NAME = Reference.parse("registry.example.org/team/app:1");

    private static void assertRefused(ImageVerification verification) {
        assertEquals(Verdict.FAILED, verification.verdict());
        assertEquals(1, verification.checks().size());
        assertTrue(
                verification.checks().get(0).result() instanceof ContentResult.Failed failed
                        && failed.reason() == Reason.NOT_THE_TRUSTED_DIGEST,
                verification.problems().toString());
        assertTrue(verification.manifest().isEmpty() && verification.config().isEmpty());
    }

    @Test
    void theNameStandsForTheImageThatIsVouchedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        ResolvedDigest trusted = ResolvedDigest.of(image.root(), "the publisher");
        List<Reference> asked = new ArrayList<>();
        ImageVerification verification = ImageVerifier.create().verify(image, NAME, name -> {
            asked.add(name);
            return trusted;
        });
        assertEquals(List.of(NAME), asked);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(trusted, verification.resolved());
    }

    @Test
    void anotherImageUnderTheNameIsRefusedAlthoughTheTrustedOneIsThereToo() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        ResolvedDigest trusted = ResolvedDigest.of(image.root(), "the publisher");
        image.assemble(utf8("{\"os\":\"linux\",\"architecture\":\"amd64\",\"author\":\"somebody else\"}"));
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create().verifyDigest(image, trusted).verdict());
        int opened = image.blobsOpened();
        List<ContentCheck> heard = new ArrayList<>();
        ImageVerification refused = ImageVerifier.create()
                .withListener(new VerificationListener() {
                    @Override
                    public void checked(ContentCheck check) {
                        heard.add(check);
                    }
                })
                .verify(image, NAME, name -> trusted);
        assertRefused(refused);
        assertRefused(ImageVerifier.create().verify(image, trusted));
        assertEquals(refused.checks(), heard);
        assertEquals(opened, image.blobsOpened());
    }

    @Test
    void theNameMayStandForAnyOfTheDigestsThatAreVouchedFor() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        Digest sha512 = Digest.of(DigestAlgorithm.SHA512, image.rootDocument());
        ResolvedDigest both = ResolvedDigest.of(sha512, "the publisher").withMoreDigests(List.of(image.root()));
        ImageVerification verification = ImageVerifier.create().verify(image, both);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(image.root(), verification.resolved().digest());
    }

    @Test
    void aDigestInTheNameHasToBeVouchedForWhateverTheVoucherAnswers() throws IOException {
        InMemoryImage image = InMemoryImage.create();
        ResolvedDigest trusted = ResolvedDigest.of(image.root(), "the publisher");
        Reference right = Reference.parse("registry.example.org/team/app@" + image.root());
        Reference wrong = Reference.parse("registry.example.org/team/app@" + Digest.sha256Of(utf8("other")));
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create().verify(image, right, name -> trusted).verdict());
        assertRefused(ImageVerifier.create().verify(image, wrong, name -> trusted));
    }

    @ParameterizedTest
    @EnumSource
    void withoutADigestNothingIsVerified(DigestResolutionException.Reason reason) throws IOException {
        InMemoryImage image = InMemoryImage.create();
        DigestResolutionException failure = new DigestResolutionException(reason, "nobody says so");
        assertSame(
                failure,
                assertThrows(
                        DigestResolutionException.class,
                        () -> ImageVerifier.create().verify(image, NAME, name -> {
                            throw failure;
                        })));
        assertEquals(0, image.blobsOpened());
    }
}
