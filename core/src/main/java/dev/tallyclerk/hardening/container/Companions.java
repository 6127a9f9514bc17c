package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Fact.Reason;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.List;

/** What is known of a container beside its own document. */
record Companions(
        Fact<EngineSubject> engine,
        Fact<List<FileChange>> changes,
        Fact<List<ExecRecord>> execs,
        Fact<List<LocalImage>> images,
        Fact<List<String>> processes,
        Fact<ImageDefaults> imageDefaults,
        List<SeccompSubject> seccompProfiles) {
    static Companions none() {
        return new Companions(
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "nothing is known of the engine"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no output of docker diff was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no exec records were given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no list of images was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no list of processes was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "nothing was given of the image"),
                List.of());
    }

    Companions withEngine(Fact<EngineSubject> value) {
        return new Companions(value, changes, execs, images, processes, imageDefaults, seccompProfiles);
    }

    Companions withChanges(Fact<List<FileChange>> value) {
        return new Companions(engine, value, execs, images, processes, imageDefaults, seccompProfiles);
    }

    Companions withExecs(Fact<List<ExecRecord>> value) {
        return new Companions(engine, changes, value, images, processes, imageDefaults, seccompProfiles);
    }

    Companions withImages(Fact<List<LocalImage>> value) {
        return new Companions(engine, changes, execs, value, processes, imageDefaults, seccompProfiles);
    }

    Companions withProcesses(Fact<List<String>> value) {
        return new Companions(engine, changes, execs, images, value, imageDefaults, seccompProfiles);
    }

    Companions withSeccompProfiles(List<SeccompSubject> value) {
        return new Companions(engine, changes, execs, images, processes, imageDefaults, value);
    }

    Companions withImageDefaults(Fact<ImageDefaults> value) {
        return new Companions(engine, changes, execs, images, processes, value, seccompProfiles);
    }
}
