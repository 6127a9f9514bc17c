package dev.tallyclerk.maven;

import java.io.File;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether images are safe to load, and fails the build if one is not: every byte has to be what the digests
 * promise, the trust policy has to be met if there is one, and no rule at or above the gate may fail.
 */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true, requiresProject = false)
public final class VerifyMojo extends ImageMojo {
    /** Trust policy: who has to have signed which image, in JSON or YAML. Without it, no signature is required. */
    @Parameter(property = "tallyclerk.trust")
    private @Nullable File trust;

    /**
     * The whole name by which the image will be loaded, for the trust policy and rules on names; default the image's
     * own, which a layout does not have.
     */
    @Parameter(property = "tallyclerk.name")
    private @Nullable String name;

    /** The folder that keeps what is trusted of TUF repositories and Notary collections, against rollback. */
    @Parameter(property = "tallyclerk.trustStore", defaultValue = "${user.home}/.m2/tallyclerk")
    @SuppressWarnings("NullAway.Init") // Maven sets it
    private File trustStore;

    @Inject
    VerifyMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    Demand demand() {
        return new Demand(trust, name, trustStore);
    }
}
