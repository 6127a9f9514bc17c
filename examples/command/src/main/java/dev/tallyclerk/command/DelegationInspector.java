package dev.tallyclerk.command;

import dev.tallyclerk.command.TufInspection.InspectedBins;
import dev.tallyclerk.command.TufInspection.InspectedFile;
import dev.tallyclerk.command.TufInspection.InspectedRole;
import dev.tallyclerk.command.TufInspection.Verdict;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows delegations through a folder. Verifies every role for each of its delegators, but reads and follows it once,
 * because there can be many more delegations than files.
 */
final class DelegationInspector {
    private static final int MAX_DEPTH = 32;

    private final MetadataFolder folder;
    private final @Nullable Snapshot snapshot;
    private final Set<String> followed = new HashSet<>();
    private final Map<String, RoleFile> read = new HashMap<>();
    private @Nullable TrustedMetadata state;

    DelegationInspector(MetadataFolder folder, @Nullable Snapshot snapshot, @Nullable TrustedMetadata state) {
        this.folder = folder;
        this.snapshot = snapshot;
        this.state = state;
    }

    /** The file of a role, and why it is refused for every delegator, if known. */
    private static final class RoleFile {
        private final String name;
        private final byte[] bytes;
        private final @Nullable UnverifiedMetadata content;
        private @Nullable TufException refusal;

        RoleFile(Path path) throws IOException {
            this.name = String.valueOf(path.getFileName());
            this.bytes = MetadataFolder.read(path);
            this.content = MetadataFolder.content(bytes);
        }

        InspectedFile is(Verdict verdict, String why, boolean again) {
            InspectedFile file = InspectedFile.of(name, verdict, why, content);
            return again && content != null ? file.elsewhere(true, "; its content is shown above") : file;
        }
    }

    /** {@return the file with its delegations} */
    InspectedFile withDelegations(InspectedFile file, String role) throws IOException {
        return follow(file, role, 1);
    }

    private InspectedFile follow(InspectedFile file, String role, int depth) throws IOException {
        if (file.content() == null || !(file.content().content() instanceof Targets targets) || !followed.add(role)) {
            return file;
        }
        boolean vouches = file.verdict() == Verdict.VERIFIED;
        Delegations delegations = targets.delegations();
        if (delegations instanceof Delegations.Succinct bins) {
            return file.withBins(bins(bins, role, vouches));
        }
        List<InspectedRole> roles = new ArrayList<>();
        if (delegations instanceof Delegations.Listed listed) {
            for (Delegations.Role to : listed.roles()) {
                InspectedFile below = inspected(role, to.name(), vouches);
                boolean again = followed.contains(to.name());
                if (depth < MAX_DEPTH) {
                    below = follow(below, to.name(), depth + 1);
                }
                if (again || depth == MAX_DEPTH) {
                    String where = again ? "; its delegations are shown above" : "; its delegations are not shown";
                    below = below.elsewhere(below.repeated(), where);
                }
                roles.add(new InspectedRole(to.name(), to.keys(), to.terminating(), to.paths(), below));
            }
        }
        return file.withDelegations(roles);
    }

    private InspectedFile inspected(String delegator, String role, boolean vouches) throws IOException {
        Path path = folder.file(role, snapshot == null ? null : MetadataFolder.versionOf(snapshot, role));
        if (path == null) {
            return InspectedFile.of(role, Verdict.MISSING, "not in this folder", null);
        }
        RoleFile known = read.get(role);
        boolean again = known != null;
        RoleFile file = known == null ? new RoleFile(path) : known;
        read.put(role, file);
        TrustedMetadata before = state;
        if (before == null || !vouches) {
            return file.is(Verdict.NOT_VERIFIED, "the files it depends on were not verified", again);
        }
        try {
            if (file.refusal != null) {
                throw file.refusal;
            }
            state = before.updateDelegated(delegator, role, file.bytes, Instant.MIN);
            String why = "signed by the keys of its delegator, and the version that the snapshot lists";
            return file.is(Verdict.VERIFIED, why, again);
        } catch (TufException e) {
            // Other delegators may have other keys; everything else is the same for all.
            file.refusal = e.reason() == Reason.THRESHOLD_NOT_MET ? null : e;
            return file.is(Verdict.REFUSED, Messages.of(e), again);
        }
    }

    private InspectedBins bins(Delegations.Succinct bins, String delegator, boolean vouches) throws IOException {
        Set<String> listed = new TreeSet<>();
        if (snapshot != null) {
            for (String file : snapshot.meta().keySet()) {
                if (file.startsWith(bins.namePrefix() + "-") && file.endsWith(".json")) {
                    listed.add(file.substring(0, file.length() - ".json".length()));
                }
            }
        }
        List<InspectedFile> here = new ArrayList<>();
        long count = 0;
        for (String bin : listed) {
            if (!bins.isBin(bin)) {
                continue;
            }
            count++;
            InspectedFile file = inspected(delegator, bin, vouches);
            if (file.verdict() != Verdict.MISSING) {
                here.add(file);
            }
        }
        return new InspectedBins(bins.namePrefix(), bins.bitLength(), bins.signers(), count, here);
    }
}
