package dev.tallyclerk.maven;

import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Audits images by the hardening rules, and fails the build if a rule at or above the gate fails, or if an image is not
 * what its digests promise. Asks nobody for signatures.
 */
@Mojo(name = "audit", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true, requiresProject = false)
public final class AuditMojo extends ImageMojo {
    @Inject
    AuditMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    Demand demand() {
        return Demand.NONE;
    }
}
