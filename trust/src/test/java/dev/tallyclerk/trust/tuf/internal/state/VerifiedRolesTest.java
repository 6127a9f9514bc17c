package dev.tallyclerk.trust.tuf.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifiedRolesTest {
    private static VerifiedTargets file(String role) {
        return file(role, Instant.EPOCH);
    }

    private static VerifiedTargets file(String role, Instant expires) {
        Targets content = new Targets(1, expires, "1.0", Map.of(), Delegations.none());
        return new VerifiedTargets(
                MetadataRole.delegated(role),
                new byte[0],
                content,
                new SignedMessage(new byte[0], Map.of()),
                new Signers(new RoleKeys(List.of(), 1), Map.of(), "nobody"));
    }

    @Test
    void hasEachFileThatWasPutInAndNoOther() {
        List<VerifiedTargets> files = new ArrayList<>();
        VerifiedRoles roles = VerifiedRoles.NONE;
        for (int i = 0; i < 3000; i++) {
            assertNull(roles.get("bin-" + i));
            VerifiedTargets next = file("bin-" + i);
            files.add(next);
            roles = roles.with(next);
        }
        for (VerifiedTargets file : files) {
            assertSame(file, roles.get(file.role().name()));
        }
        List<VerifiedTargets> all = new ArrayList<>();
        roles.forEach(all::add);
        assertEquals(files.size(), all.size());
    }

    @Test
    void tellsNamesOfOneHashApart() {
        // Both have the hash 2112, and so have all strings of these pairs.
        List<String> names = List.of("Aa", "BB", "AaAa", "BBBB", "AaBB", "BBAa");
        VerifiedRoles roles = VerifiedRoles.NONE;
        for (String name : names) {
            roles = roles.with(file(name));
        }
        for (String name : names) {
            VerifiedTargets found = roles.get(name);
            assertEquals(name, found == null ? "none" : found.role().name());
        }
        assertNull(roles.get("C#"));
    }

    @Test
    void knowsWhichExpiresFirst() {
        assertEquals(Instant.MAX, VerifiedRoles.NONE.expires());
        VerifiedRoles roles = VerifiedRoles.NONE;
        for (long second : new long[] {5, 3, 4}) {
            roles = roles.with(file("role-" + second, Instant.ofEpochSecond(second)));
        }
        assertEquals(Instant.ofEpochSecond(3), roles.expires());
    }

    @Test
    void leavesTheOnesBeforeAsTheyAre() {
        VerifiedRoles before = VerifiedRoles.NONE.with(file("a"));
        VerifiedRoles after = before.with(file("b"));
        assertNull(before.get("b"));
        assertNull(VerifiedRoles.NONE.get("a"));
        assertEquals("a", after.get("a") == null ? "none" : "a");
    }
}
