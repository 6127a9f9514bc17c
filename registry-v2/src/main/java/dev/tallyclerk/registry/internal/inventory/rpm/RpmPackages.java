package dev.tallyclerk.registry.internal.inventory.rpm;

import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FoundPackage;
import dev.tallyclerk.registry.internal.inventory.FoundPackage.FoundSource;
import dev.tallyclerk.registry.internal.inventory.HashedPath;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes packages of headers.
 *
 * <p>The name of the source package says its version and release, but not its epoch. The epoch is that of an installed
 * package of the same source with the same version and release, and unknown if there is none. If such packages have
 * different epochs, that of the package with the source's name counts, and without it the epoch is unknown.
 */
final class RpmPackages implements HeaderSink {
    private static final String SOURCE_SUFFIX = ".src.rpm";
    private static final String KEY_OF_A_SIGNER = "gpg-pubkey";

    private final FileFindings into;
    private int lost;
    private final Map<FoundSource, String> epochs = new HashMap<>();

    /** The epochs of packages that are named like their source. */
    private final Map<FoundSource, String> epochsByName = new HashMap<>();

    RpmPackages(FileFindings into) {
        this.into = into;
    }

    @Override
    public void header(byte[] bytes) throws UnreadableException {
        FoundPackage found;
        RpmHeader header;
        try {
            header = RpmHeader.parse(bytes);
            found = found(header);
        } catch (UnreadableException e) {
            lost(e);
            return;
        }
        if (found.name().equals(KEY_OF_A_SIGNER)) {
            return;
        }
        into.add(found);
        into.owned().owner(found.name());
        try {
            header.files(this::file);
        } catch (UnreadableException e) {
            lost(e);
        }
    }

    private void file(HashedPath path, String checksum) throws UnreadableException {
        into.owned().add(path);
        if (into.digests().isWanted() && !checksum.isEmpty()) {
            try {
                into.digests().add(path, HexFormat.of().parseHex(checksum));
            } catch (IllegalArgumentException e) {
                throw UnreadableException.malformed("the checksum of a file is not hexadecimal: " + checksum);
            }
        }
    }

    @Override
    public void lost(UnreadableException problem) throws UnreadableException {
        into.doubt(problem.doubt());
        lost++;
        if (lost > MAX_LOST) {
            throw UnreadableException.limit("more than " + MAX_LOST + " packages cannot be read");
        }
    }

    private FoundPackage found(RpmHeader header) throws UnreadableException {
        String name = header.text(RpmHeader.NAME);
        String version = header.text(RpmHeader.VERSION);
        String release = header.text(RpmHeader.RELEASE);
        if (name.isEmpty() || version.isEmpty() || release.isEmpty()) {
            throw UnreadableException.malformed(
                    "a package has no name, version or release: " + name + " " + version + " " + release);
        }
        long epoch = header.number(RpmHeader.EPOCH).orElse(0);
        String whole = version + "-" + release;
        FoundSource source = source(header.text(RpmHeader.SOURCE_RPM));
        if (source.version().equals(whole)) {
            epochs.merge(source, Long.toString(epoch), (one, other) -> one.equals(other) ? one : "");
            if (source.name().equals(name)) {
                epochsByName.put(source, Long.toString(epoch));
            }
        }
        return FoundPackage.of("rpm", name, epoch == 0 ? whole : epoch + ":" + whole)
                .withArchitecture(header.text(RpmHeader.ARCHITECTURE))
                .withLabel(header.text(RpmHeader.MODULARITY_LABEL))
                .withSource(source);
    }

    /** {@return the source of which the file name says the name, version and release} */
    private static FoundSource source(String file) {
        String stem = file.endsWith(SOURCE_SUFFIX)
                ? file.substring(0, file.length() - SOURCE_SUFFIX.length())
                : file.replaceFirst("[.]nosrc[.]rpm$", "");
        int release = stem.lastIndexOf('-');
        int version = release < 1 ? -1 : stem.lastIndexOf('-', release - 1);
        return version < 1
                ? new FoundSource("", "", "")
                : new FoundSource(stem.substring(0, version), stem.substring(version + 1), "");
    }

    /** Adds the epochs of sources, when all headers were read. */
    void finish() {
        List<FoundPackage> complete = new ArrayList<>();
        for (FoundPackage found : into.packages()) {
            FoundSource source = found.source();
            String epoch = epochsByName.getOrDefault(source, epochs.getOrDefault(source, ""));
            complete.add(found.withSource(new FoundSource(source.name(), source.version(), epoch)));
        }
        into.replace(complete);
    }
}
