package io.corale.client.wfformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workflows that WfCommons recorded, where they stand beside the checkout. */
class RecordedFilesTest {
  @ParameterizedTest
  @CsvSource({
    "1000genome-chameleon-2ch-100k-001.json, 52, 0, true",
    "epigenomics-chameleon-hep-1seq-100k-001.json, 41, 0, true",
    "montage-chameleon-2mass-005d-001.json, 58, 2, false",
    "srasearch-chameleon-10a-001.json, 22, 1, true",
  })
  void aRecordedWorkflowBecomesAComposition(String file, int tasks, int barriers, boolean isFewest)
      throws IOException, UnusableWorkflowException {
    // given
    Optional<Path> found = find(file);
    assumeTrue(found.isPresent(), "skipped: no recorded workflow " + file + " beside the checkout");
    RecordedWorkflow workflow = WfFormatReader.read(Files.readString(found.orElseThrow()));
    // when
    ImportedComposition composition =
        ImportedComposition.of(
            workflow,
            new ImportOptions(
                new CompositionRef("recorded", "1.0.0"), new AccountId("sim"), 0.001));
    // then
    System.out.print(composition.report());
    assertThat(workflow.tasks()).hasSize(tasks);
    assertThat(composition.taskNames()).hasSize(tasks);
    assertThat(composition.barriers()).isEqualTo(barriers);
    assertThat(composition.isFewest()).isEqualTo(isFewest);
    assertThat(composition.composedMicros()).isGreaterThanOrEqualTo(composition.recordedMicros());
    ArrangerTest.requireOrdered(workflow, Graphs.arranged(workflow).arrangement());
  }

  private static Optional<Path> find(String file) {
    Path here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, at -> at != null, Path::getParent)
        .limit(4)
        .map(at -> at.resolve("../shared/data/wfinstances").resolve(file).normalize())
        .filter(Files::exists)
        .findFirst();
  }
}
