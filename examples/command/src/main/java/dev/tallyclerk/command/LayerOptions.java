package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import dev.tallyclerk.registry.layer.LayerLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Limits on layers, against decompression bombs, which override those of a policy. */
final class LayerOptions {
    private static final long MIB = 1L << 20;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--max-layer-size",
            paramLabel = "MIB",
            description = "The largest uncompressed layer, in MiB; default the policy's, or 65536.")
    private @Nullable Long maxSize;

    @Option(
            names = "--max-layer-ratio",
            paramLabel = "N",
            description =
                    "How many times its compressed size a layer may have beyond 4 GiB; default the policy's, or 200.")
    private @Nullable Integer maxRatio;

    /** {@return the policy with the limits that the user gave} */
    Policy applied(Policy policy) {
        return Usage.parsed(spec, () -> {
            Policy limited = policy;
            if (maxSize != null) {
                PolicyLimit limit = PolicyLimit.MAX_LAYER_BYTES;
                long mib = Math.max(0, Math.min(maxSize, limit.maximum() / MIB));
                limited = limited.withLimit(limit, mib * MIB);
            }
            return maxRatio == null ? limited : limited.withLimit(PolicyLimit.MAX_LAYER_RATIO, maxRatio);
        });
    }

    LayerLimits limits(Policy policy) {
        return LayerLimits.of(applied(policy));
    }
}
