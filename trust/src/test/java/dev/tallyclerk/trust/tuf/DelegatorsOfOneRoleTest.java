package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A role of two delegators that do not agree on who signs it; its file is signed for {@code a} alone. */
class DelegatorsOfOneRoleTest {
    private final TestRepository repository = new TestRepository();

    @BeforeEach
    void publishForOneOfThem() {
        SigningKey ofA = SigningKey.ed25519();
        repository.delegate("targets", "a", "a/*");
        repository.delegate("targets", "b", "b/*");
        repository.delegate("a", "shared", "paths", List.of("*/*"), List.of(ofA));
        repository.delegate("b", "shared", "*/*");
        repository.addTarget("shared", "a/x", new byte[1]);
        repository.addTarget("shared", "b/x", new byte[1]);
        repository.publish();
        repository.files.put("1.shared.json", TestRepository.sign(repository.targetsOf("shared"), List.of(ofA)));
    }

    private FreshMetadata refresh() throws TufException {
        return repository.client(MetadataStore.inMemory()).refresh();
    }

    @Test
    void aFileThatWasTakenForOneDoesNotAnswerForTheOther() throws TufException {
        TrustedMetadata state = refresh().trusted();
        for (String role : List.of("a", "b")) {
            state = state.updateDelegated("targets", role, repository.fileNamed("1." + role + ".json"), NOW);
        }
        TrustedMetadata taken = state.updateDelegated("a", "shared", repository.fileNamed("1.shared.json"), NOW);
        assertInstanceOf(TargetSearch.Found.class, taken.search("a/x"));
        refuses(Reason.THRESHOLD_NOT_MET, "shared", "5.6.3", () -> taken.search("b/x"));
    }

    /** Whose word is missing is the reason; that no other file could be had comes with it. */
    @Test
    void whyNoOtherFileWasFoundIsSaidToo() throws TufException {
        FreshMetadata metadata = refresh();
        assertTrue(metadata.target("a/x").isPresent());
        repository.files.remove("1.shared.json");
        TufException e = refuses(Reason.THRESHOLD_NOT_MET, "shared", "5.6.3", () -> metadata.target("b/x"));
        assertEquals(1, e.getSuppressed().length);
        assertEquals(
                Reason.NOT_AVAILABLE,
                assertInstanceOf(TufException.class, e.getSuppressed()[0]).reason());
    }
}
