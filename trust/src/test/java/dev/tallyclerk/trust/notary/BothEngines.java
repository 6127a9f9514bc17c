package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.key.SignatureEngine;
import java.util.Map;

/** The engines that verify the signatures of collections, and must not differ. */
final class BothEngines {
    static final Map<String, SignatureEngine> BY_NAME =
            Map.of("the runtime", SignatureEngine.runtime(), "Bouncy Castle", BouncyCastleEngine.of());

    private BothEngines() {}
}
