package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import java.util.List;

/** What was given about a container besides its own document. */
public record Companions(
        Fact<EngineSubject> engine,
        Fact<List<ContainerFileChange>> changes,
        Fact<List<ExecRecord>> execs,
        Fact<List<LocalImage>> images,
        Fact<List<String>> processes,
        Fact<ImageDefaults> imageDefaults,
        Fact<List<LocalVolume>> volumes,
        List<SeccompSubject> seccompProfiles,
        List<AppArmorSubject> appArmorProfiles) {
    /** The reason why the processes are missing if nobody gave them. */
    public static final String NO_PROCESSES = "no list of processes was given";

    public static Companions none() {
        return new Companions(
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no engine was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no output of docker diff was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no exec records were given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no list of images was given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, NO_PROCESSES),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no image defaults were given"),
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "no list of volumes was given"),
                List.of(),
                List.of());
    }

    public Companions withEngine(Fact<EngineSubject> engine) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withChanges(Fact<List<ContainerFileChange>> changes) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withExecs(Fact<List<ExecRecord>> execs) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withImages(Fact<List<LocalImage>> images) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withProcesses(Fact<List<String>> processes) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withSeccompProfiles(List<SeccompSubject> seccompProfiles) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withImageDefaults(Fact<ImageDefaults> imageDefaults) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withVolumes(Fact<List<LocalVolume>> volumes) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }

    public Companions withAppArmorProfiles(List<AppArmorSubject> appArmorProfiles) {
        return new Companions(
                engine, changes, execs, images, processes, imageDefaults, volumes, seccompProfiles, appArmorProfiles);
    }
}
