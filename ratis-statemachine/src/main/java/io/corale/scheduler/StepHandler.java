package io.corale.scheduler;

import io.corale.scheduler.Transition.Step;

/**
 * What is done with each kind of {@link Step}: one case each, so that a new kind is forgotten
 * nowhere.
 */
public interface StepHandler<R, X extends Exception> {
  R on(Step.Remember step) throws X;

  R on(Step.Call step) throws X;

  R on(Step.Open step) throws X;

  R on(Step.Race step) throws X;

  R on(Step.Spread step) throws X;

  R on(Step.End step) throws X;

  R on(Step.Fail step) throws X;

  R on(Step.Complete step) throws X;

  R on(Step.Fault step) throws X;

  R on(Step.Arm step) throws X;

  R on(Step.Disarm step) throws X;

  R on(Step.Yield step) throws X;

  R on(Step.Export step) throws X;

  R on(Step.Run step) throws X;

  R on(Step.Listen step) throws X;

  R on(Step.Hear step) throws X;

  R on(Step.Emit step) throws X;
}
