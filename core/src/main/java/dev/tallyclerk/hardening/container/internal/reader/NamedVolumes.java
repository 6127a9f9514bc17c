package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Named volumes that are folders of the host, which only the engine's list of volumes tells. */
final class NamedVolumes {
    private NamedVolumes() {}

    /** {@return the mounts, with those of the host in place of the volumes that expose them} */
    static Listing<Mount> in(Listing<Mount> mounts, Fact<List<LocalVolume>> volumes) {
        boolean hasVolume = mounts.known().stream().anyMatch(mount -> mount.kind() == Kind.VOLUME);
        if (!hasVolume) {
            return mounts;
        }
        return volumes.fold((known, at) -> in(mounts, known), assumed -> in(mounts, assumed.value()), missing -> {
            if (missing.reason() == MissingValue.Reason.SOURCE_NOT_PROVIDED) {
                return mounts;
            }
            List<MissingValue> gaps = new ArrayList<>(mounts.gaps());
            gaps.add(missing.why());
            return new Listing<>(mounts.known(), gaps, mounts.at());
        });
    }

    private static Listing<Mount> in(Listing<Mount> mounts, List<LocalVolume> volumes) {
        Map<String, LocalVolume> byPlace = new HashMap<>();
        for (LocalVolume volume : volumes) {
            byPlace.put(volume.name(), volume);
            // A container names the folder of a volume rather than the volume.
            byPlace.put(volume.mountpoint(), volume);
        }
        byPlace.remove("");
        List<Mount> all = new ArrayList<>();
        for (Mount mount : mounts.known()) {
            String source = mount.source().fold((path, at) -> path, Fact.Defaulted::value, missing -> "");
            LocalVolume volume = mount.kind() == Kind.VOLUME ? byPlace.get(source) : null;
            List<Mount> ofHost = volume == null ? List.of() : HostVolume.of(volume, mount);
            all.addAll(ofHost.isEmpty() ? List.of(mount) : ofHost);
        }
        return new Listing<>(all, mounts.gaps(), mounts.at());
    }
}
