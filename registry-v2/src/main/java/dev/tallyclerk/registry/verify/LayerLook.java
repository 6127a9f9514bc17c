package dev.tallyclerk.registry.verify;

import dev.tallyclerk.registry.filesystem.ImageFileSystemException;
import dev.tallyclerk.registry.filesystem.LayerEntries;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A look at a layer.
 *
 * @param entries the entries, if the layer was read to a good end within the limit on them
 * @param overLimit how the layer is over that limit, if it is
 * @param values what the analyses found out; null if the layer was not read as an archive
 */
record LayerLook(
        LayerJudgement judgement,
        Optional<LayerEntries> entries,
        Optional<ImageFileSystemException> overLimit,
        AnalysisPass.@Nullable LayerValues values) {}
