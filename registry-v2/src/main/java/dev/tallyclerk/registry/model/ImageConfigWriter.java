package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.ImageConfig.ExecutionParameters;
import dev.tallyclerk.registry.model.ImageConfig.Healthcheck;
import dev.tallyclerk.registry.model.ImageConfig.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes image configurations; members without a value are left out. */
final class ImageConfigWriter {
    private final DocumentWriter out = new DocumentWriter();

    private ImageConfigWriter() {}

    static ImageConfig write(
            Platform platform,
            Origin origin,
            ExecutionParameters execution,
            List<Digest> diffIds,
            List<HistoryEntry> history) {
        return new ImageConfigWriter().all(platform, origin, execution, diffIds, history);
    }

    private ImageConfig all(
            Platform platform,
            Origin origin,
            ExecutionParameters execution,
            List<Digest> diffIds,
            List<HistoryEntry> history) {
        out.begin('{').member("created", text(origin.created())).member("author", origin.author());
        out.platformMembers(platform);
        execution(execution);
        out.name("rootfs").begin('{').name("type").value("layers");
        out.array("diff_ids", diffIds.stream().map(Digest::toString).toList()).end('}');
        if (!history.isEmpty()) {
            out.name("history").begin('[');
            history.forEach(this::step);
            out.end(']');
        }
        return out.end('}').readBack(ImageConfig::parse);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : Rfc3339.format(time);
    }

    private void execution(ExecutionParameters execution) {
        out.name("config").begin('{').member("User", execution.user());
        out.set("ExposedPorts", execution.exposedPorts()).member("Env", execution.env());
        out.member("Entrypoint", execution.entrypoint()).member("Cmd", execution.command());
        out.set("Volumes", execution.volumes()).member("WorkingDir", execution.workingDir());
        out.member("Labels", execution.labels()).member("StopSignal", execution.stopSignal());
        flag("ArgsEscaped", execution.argsEscaped());
        if (!execution.healthcheck().equals(Healthcheck.NONE)) {
            healthcheck(execution.healthcheck());
        }
        out.member("OnBuild", execution.onBuild())
                .member("Shell", execution.shell())
                .end('}');
    }

    private void healthcheck(Healthcheck check) {
        out.name("Healthcheck").begin('{').member("Test", check.test());
        nanoseconds("Interval", check.interval());
        nanoseconds("Timeout", check.timeout());
        nanoseconds("StartPeriod", check.startPeriod());
        nanoseconds("StartInterval", check.startInterval());
        if (check.retries() != 0) {
            out.name("Retries").value(check.retries());
        }
        out.unknown(check.unknownMembers()).end('}');
    }

    private void nanoseconds(String name, Duration time) {
        if (time.isZero()) {
            return;
        }
        try {
            out.name(name).value(time.toNanos());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + " of the health check is too long: " + time, e);
        }
    }

    private void step(HistoryEntry entry) {
        Optional<Instant> created = entry.created();
        out.begin('{').member("created", text(created.orElse(null)));
        out.member("created_by", entry.createdBy());
        out.member("author", entry.author()).member("comment", entry.comment());
        flag("empty_layer", entry.emptyLayer());
        out.unknown(entry.unknownMembers()).end('}');
    }

    private void flag(String name, boolean value) {
        if (value) {
            out.name(name).value(true);
        }
    }
}
