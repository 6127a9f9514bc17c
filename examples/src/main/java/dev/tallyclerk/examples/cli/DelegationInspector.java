package dev.tallyclerk.examples.cli;

import dev.tallyclerk.examples.cli.TufInspection.InspectedBins;
import dev.tallyclerk.examples.cli.TufInspection.InspectedFile;
import dev.tallyclerk.examples.cli.TufInspection.InspectedRole;
import dev.tallyclerk.examples.cli.TufInspection.Verdict;
import dev.tallyclerk.trust.tuf.Delegations;
import dev.tallyclerk.trust.tuf.Snapshot;
import dev.tallyclerk.trust.tuf.Targets;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufException;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Follows delegations through a folder. Every role is verified for each of its delegators, and followed once. */
final class DelegationInspector {
    private static final int MAX_DEPTH = 32;

    private final MetadataFolder folder;
    private final @Nullable Snapshot snapshot;
    private final Set<String> followed = new HashSet<>();
    private @Nullable TrustedMetadata state;

    DelegationInspector(MetadataFolder folder, @Nullable Snapshot snapshot, @Nullable TrustedMetadata state) {
        this.folder = folder;
        this.snapshot = snapshot;
        this.state = state;
    }

    /** {@return the file with what it delegates to} */
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
                    String where =
                            again ? "; what it delegates to is shown above" : "; what it delegates to is not shown";
                    below = InspectedFile.of(below.name(), below.verdict(), below.why() + where, below.content());
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
        byte[] bytes = MetadataFolder.read(path);
        String name = String.valueOf(path.getFileName());
        UnverifiedMetadata content = MetadataFolder.content(bytes);
        TrustedMetadata before = state;
        if (before == null || !vouches) {
            return InspectedFile.of(name, Verdict.NOT_VERIFIED, "what it depends on was not verified", content);
        }
        try {
            state = before.updateDelegated(delegator, role, bytes, Instant.MIN);
            String why = "signed by the keys that its delegator names, and the one that the snapshot lists";
            return InspectedFile.of(name, Verdict.VERIFIED, why, content);
        } catch (TufException e) {
            return InspectedFile.of(name, Verdict.REFUSED, Messages.of(e), content);
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
            if (!isBin(bins, bin)) {
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

    private static boolean isBin(Delegations.Succinct bins, String role) {
        String number = role.substring(bins.namePrefix().length() + 1);
        long count = 1L << bins.bitLength();
        return number.length() == Long.toHexString(count - 1).length()
                && number.matches("[0-9a-f]+")
                && Long.parseLong(number, 16) < count;
    }
}
