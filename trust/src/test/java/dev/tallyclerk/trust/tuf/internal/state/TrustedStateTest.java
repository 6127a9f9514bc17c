package dev.tallyclerk.trust.tuf.internal.state;

import static dev.tallyclerk.trust.tuf.TestRepository.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.tuf.TestRepository;
import dev.tallyclerk.trust.tuf.metadata.KeyIds;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the state knows of delegated roles. */
class TrustedStateTest {
    private final TestRepository repository = new TestRepository();

    /** {@return the state that trusts the repository's top-level targets} */
    private TrustedState state(TufLimits limits) throws TufException {
        repository.publish();
        Verification verification = new Verification(SignatureEngine.runtime(), limits, KeyIds.ANY);
        return TrustedState.start(repository.rootFile(1), verification)
                .updateTimestamp(repository.fileNamed("timestamp.json"), NOW)
                .updateSnapshot(file("snapshot", repository.version(TopLevelRole.SNAPSHOT)), NOW)
                .updateTargets(file("targets", repository.version(TopLevelRole.TARGETS)), NOW);
    }

    private byte[] file(String role, long version) {
        return repository.fileNamed(version + "." + role + ".json");
    }

    private static Delegation delegation(TrustedState state, String delegator, String role) {
        VerifiedTargets by = delegator.equals("targets")
                ? state.topTargets()
                : state.delegated().get(delegator);
        return Objects.requireNonNull(by, delegator).delegations().named(role).orElseThrow();
    }

    private VerifiedTargets verify(TrustedState state, String delegator, String role) throws TufException {
        return state.verifyDelegated(delegation(state, delegator, role), file(role, 1), NOW);
    }

    private static Set<String> names(TrustedState state) {
        Set<String> names = new TreeSet<>();
        state.delegated().forEach(role -> names.add(role.role().name()));
        return names;
    }

    @Test
    void theSameFileIsNotReadAgainForAnotherDelegator() throws TufException {
        repository.delegate("targets", "a", "*");
        repository.delegate("targets", "b", "*");
        repository.delegate("a", "shared", "*");
        repository.delegate("b", "shared", "*");
        TrustedState state = state(TufLimits.defaults());
        for (String role : List.of("a", "b")) {
            state = state.with(verify(state, "targets", role));
        }
        state = state.with(verify(state, "a", "shared"));
        assertSame(state.delegated().get("shared"), verify(state, "b", "shared"));
    }

    @Test
    void aRoleThatIsThereAlreadyLetsNoneGo() throws TufException {
        for (String role : List.of("a", "b")) {
            repository.delegate("targets", role, role + "/*");
            repository.addTarget(role, role + "/x", new byte[1]);
        }
        repository.publish();
        int bytes = file("a", 1).length + file("b", 1).length;
        TrustedState none = state(TufLimits.defaults().withDelegatedBytes(bytes));
        TrustedState both = none.caching(verify(none, "targets", "a")).caching(verify(none, "targets", "b"));
        assertEquals(Set.of("a", "b"), names(both.caching(verify(none, "targets", "a"))));
    }
}
