package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.call.HostGate;
import dev.tallyclerk.internal.call.RecentlyUsed;
import dev.tallyclerk.registry.internal.auth.AuthState;
import java.util.Set;

/** What the calls of a client have found out. Safe for use by several threads. */
final class ClientState {
    private final AuthState auth;
    private final HostGate changes = new HostGate(1);
    private final Set<Digest> wrong;

    private ClientState(AuthState auth, int most) {
        this.auth = auth;
        this.wrong = RecentlyUsed.set(most);
    }

    static ClientState of(RegistryLimits limits) {
        int most = limits.maxCachedTokens();
        return new ClientState(AuthState.of(most), most);
    }

    /** {@return tokens and challenges} */
    AuthState auth() {
        return auth;
    }

    /** {@return the gate for read-modify-write: one change at a time of one address} */
    HostGate changes() {
        return changes;
    }

    /** {@return whether other bytes came when that digest was requested} */
    boolean isWrong(Digest digest) {
        return wrong.contains(digest);
    }

    void rememberWrong(Digest digest) {
        wrong.add(digest);
    }
}
