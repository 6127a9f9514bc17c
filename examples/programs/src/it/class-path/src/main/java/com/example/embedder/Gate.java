package com.example.embedder;

import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.audit.ImageSubject;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** An embedder's program that accepts or rejects an image. */
final class Gate {
    private Gate() {}

    static boolean pass(Path layout, Clock clock) throws IOException {
        try (OciLayout images = OciLayout.open(layout);
                ImageSource source = images.requireImage()) {
            ImageVerification image = ImageVerifier.create().verify(source);
            boolean hardened = Auditor.of(Policy.defaults(), ImageRules.ruleSet())
                    .withClock(clock)
                    .audit(List.of(ImageSubject.of(image)))
                    .decision()
                    .isAccepted();
            return image.verdict() == ImageVerification.Verdict.VERIFIED && hardened;
        }
    }

    static Class<?> ruleType() {
        return Rule.class;
    }
}
