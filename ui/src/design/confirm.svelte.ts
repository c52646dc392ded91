/** Asks before something that cannot be taken back: `if (await confirm({ … })) …`. One question at a time. */

export interface Question {
  title: string;
  body: string;
  confirm: string;
  danger?: boolean;
}

class Asking {
  question = $state.raw<Question>();
  #answer: ((yes: boolean) => void) | undefined;

  ask(question: Question): Promise<boolean> {
    this.settle(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  settle(yes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.question = undefined;
    answer?.(yes);
  }
}

export const asking = new Asking();

export function confirm(question: Question): Promise<boolean> {
  return asking.ask(question);
}
