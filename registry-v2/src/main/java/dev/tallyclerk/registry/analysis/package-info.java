/**
 * Analysis of an image's files in the pass that verifies them: each entry of each layer is handed out once, with the
 * content that an analyzer asks for.
 *
 * <p>Start at {@link dev.tallyclerk.registry.analysis.ImageAnalyzer}, and give analyzers to
 * {@link dev.tallyclerk.registry.verify.ImageVerifier#withAnalyzer} or to an admission's verifier. An analyzer sees
 * each layer alone, with files that higher layers delete or replace, and in layers that cannot be merged; at the end it
 * sees the merged files, if engines agree on them.
 */
@NullMarked
package dev.tallyclerk.registry.analysis;

import org.jspecify.annotations.NullMarked;
