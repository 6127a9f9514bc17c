package dev.tallyclerk.command;

import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.ImageAnalysis;
import dev.tallyclerk.registry.analysis.ImageAnalyzer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds out what each file of an image is, so that those of two images can be compared. */
final class FileHashes {
    private FileHashes() {}

    /**
     * {@return an analyzer that describes each file by path: type, mode, owner, and size and hash or the target of a
     * link, and its extended attributes}
     */
    static ImageAnalyzer<SortedMap<String, String>> analyzer() {
        return () -> ImageAnalysis.<Map<Integer, String>, SortedMap<String, String>>of(
                () -> LayerAnalysis.<Map<Integer, String>>of(new HashMap<>(), FileHashes::hashing),
                (image, layers) ->
                        image.files().map(files -> described(files, layers)).orElseGet(TreeMap::new));
    }

    private static Optional<ContentConsumer> hashing(LayerEntry entry, Map<Integer, String> hashes) {
        if (entry.type() != LayerEntry.Type.FILE || entry.whiteout().isPresent()) {
            return Optional.empty();
        }
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        return Optional.of(new ContentConsumer() {
            @Override
            public boolean update(byte[] buffer, int offset, int length) {
                hash.update(buffer, offset, length);
                return true;
            }

            @Override
            public void finish() {
                hashes.put(entry.position(), HexFormat.of().formatHex(hash.digest()));
            }
        });
    }

    private static SortedMap<String, String> described(
            ImageFileSystem files, List<AnalyzedLayer<Map<Integer, String>>> layers) {
        SortedMap<String, String> described = new TreeMap<>();
        files.walk().forEach(file -> described.put(file.path(), described(file, layers)));
        return described;
    }

    private static String described(ImageFile file, List<AnalyzedLayer<Map<Integer, String>>> layers) {
        String hash = file.content()
                .map(entry -> layers.get(file.contentOrigin().index())
                        .value()
                        .map(hashes -> hashes.getOrDefault(entry.position(), ""))
                        .orElse(""))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%s %04o %d:%d %d %s%s%s",
                file.type(),
                file.mode(),
                file.uid(),
                file.gid(),
                file.size(),
                hash,
                file.linkTarget(),
                attributes(file));
    }

    private static String attributes(ImageFile file) {
        StringBuilder all = new StringBuilder();
        file.entry().ifPresent(entry -> {
            for (String name : new TreeSet<>(entry.xattrNames())) {
                byte[] value = entry.xattr(name).orElseThrow();
                all.append(' ').append(name).append('=').append(HexFormat.of().formatHex(value));
            }
        });
        return all.toString();
    }
}
