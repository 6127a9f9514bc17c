package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import java.util.ArrayList;
import java.util.List;

/** The images that a build reads. */
final class SourceImages {
    private SourceImages() {}

    static List<Fact<String>> of(Dockerfile file, List<BuiltStage> stages) {
        List<Fact<String>> images = new ArrayList<>();
        for (BuiltStage stage : stages) {
            if (stage.stage().isEmpty() || stage.use() == BuiltStage.Use.UNUSED) {
                continue;
            }
            boolean isImage = stage.parent().isEmpty() && !stage.base().text().equals("scratch");
            if (isImage) {
                Instruction from = stage.stage().orElseThrow().from();
                images.add(image(stage.base(), from.words().isEmpty() ? from.at() : from.at(0)));
            }
            for (Step step : stage.steps()) {
                for (String name : step.froms()) {
                    boolean isStage = file.stage(name).isPresent()
                            || name.equals("scratch")
                            || name.chars().allMatch(c -> c >= '0' && c <= '9');
                    if (!isStage) {
                        boolean isKnown = name.indexOf('$') < 0;
                        Expansion image = isKnown ? Expansion.literal(name) : Expansion.unknown("--from");
                        images.add(image(image, step.instruction().at()));
                    }
                }
            }
        }
        return List.copyOf(images);
    }

    private static Fact<String> image(Expansion name, Location at) {
        return name.isKnown()
                ? Fact.known(name.text(), at)
                : Fact.missing(MissingValue.Reason.UNRESOLVED_VARIABLE, name.unresolved("the image"), at);
    }
}
