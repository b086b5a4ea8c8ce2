package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house stands as ARCHITECTURE.md draws it, and each rule would notice if it did not. */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/io/corale/sim/"))
          .importPackages("io.corale");

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackages("io.corale.planted");

  static Stream<HouseRule> rules() {
    return Stream.concat(PureRules.all().stream(), DirectionRules.all().stream());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theHouseKeeps(HouseRule rule) {
    rule.rule().allowEmptyShould(true).check(HOUSE);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void plantedClassesBreak(HouseRule rule) {
    EvaluationResult result = rule.rule().evaluate(PLANTED);

    String report = String.join("\n", result.getFailureReport().getDetails());
    assertThat(rule.planted()).isNotEmpty().allSatisfy(name -> assertThat(report).contains(name));
  }

  @Test
  void theRulesLookAtEveryModule() {
    assertThat(HOUSE)
        .extracting(type -> type.getPackageName())
        .contains(
            "io.corale.model",
            "io.corale.scheduler",
            "io.corale.flow",
            "io.corale.gossip",
            "io.corale.gossip.lookup",
            "io.corale.node.registry")
        .noneMatch(name -> name.startsWith("io.corale.planted"));
  }
}
