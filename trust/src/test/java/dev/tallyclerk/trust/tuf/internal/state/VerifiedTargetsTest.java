package dev.tallyclerk.trust.tuf.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedMessage;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifiedTargetsTest {
    /** A file that stays outlives many versions of its delegators, each of which is asked about anew. */
    @Test
    void noMoreThanEightDelegatorsOfAFileAreRemembered() throws TufException {
        SigningKey key = SigningKey.ed25519();
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        SignedMessage signed =
                new SignedMessage(message, Map.of(key.keyId(), HexFormat.of().formatHex(key.sign(message))));
        List<Signers> delegators = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            DeclaredKey declared = DeclaredKey.of(key.keyId(), key.keyType(), key.scheme(), key.publicText());
            delegators.add(new Signers(new RoleKeys(List.of(key.keyId()), 1), Map.of(key.keyId(), declared), "a"));
        }
        Targets content = new Targets(1, Instant.MAX, "1.0", Map.of(), Delegations.none());
        VerifiedTargets file =
                new VerifiedTargets(MetadataRole.delegated("role"), new byte[0], content, signed, delegators.get(0));
        int[] asked = {0};
        SignatureEngine engine = wanted -> {
            asked[0]++;
            return SignatureEngine.runtime().verifierFor(wanted);
        };
        for (int round = 0; round < 2; round++) {
            for (Signers delegator : delegators.subList(0, 8)) {
                file.requireSignedFor(delegator, engine);
            }
        }
        assertEquals(7, asked[0], "the first one was asked when the file was read");
        file.requireSignedFor(delegators.get(8), engine);
        file.requireSignedFor(delegators.get(8), engine);
        assertEquals(8, asked[0]);
        file.requireSignedFor(delegators.get(0), engine);
        assertEquals(9, asked[0]);
    }
}
