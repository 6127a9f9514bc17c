package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.internal.text.Words;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The rules that have the meaning of hadolint's, and of the checks that BuildKit makes itself. */
final class OtherTools {
    /** Names, each with the numbers of our rules. */
    private static final Map<String, String> RULES = Words.map("""
            DL1001=052 DL3000=032 DL3001=047 DL3002=005 DL3003=034 DL3004=023 DL3006=001 DL3007=001 DL3008=021
            DL3009=014 DL3010=050 DL3011=012 DL3012=008 DL3013=021 DL3014=016 DL3015=015 DL3016=021 DL3018=021
            DL3019=019 DL3020=009 DL3021=036 DL3022=035 DL3023=035 DL3024=037 DL3025=041 DL3026=003 DL3027=017
            DL3028=021 DL3029=044 DL3030=016 DL3032=020 DL3033=021 DL3034=016 DL3035=018 DL3036=020 DL3037=021
            DL3038=016 DL3040=020 DL3041=021 DL3042=022 DL3043=045 DL3044=045 DL3045=049 DL3046=048 DL3047=050
            DL3048=046 DL3049=046 DL3050=046 DL3051=046 DL3052=046 DL3053=046 DL3054=046 DL3055=046 DL3056=046
            DL3057=007 DL3058=046 DL3059=050 DL3060=022 DL3061=045 DL3062=021 DL3063=037 DL3064=025 DL3065=044
            DL3066=006 DL3067=042 DL4000=040 DL4001=039 DL4003=038 DL4004=038 DL4005=047 DL4006=024
            DuplicateStageName=037 ExposeInvalidFormat=012 FromPlatformFlagConstDisallowed=044
            JSONArgsRecommended=041 MaintainerDeprecated=040 MultipleInstructionsDisallowed=038+008
            RedundantTargetPlatform=044 ReservedStageName=037 SecretsUsedInArgOrEnv=025
            WorkdirRelativePath=032
            """);

    private OtherTools() {}

    /** {@return our rules for the name of another tool's, possibly none} */
    static List<RuleId> rules(String name) {
        String numbers = RULES.get(name);
        return numbers == null
                ? List.of()
                : Arrays.stream(numbers.split("\\+"))
                        .map(number -> new RuleId("DKF-" + number))
                        .toList();
    }
}
