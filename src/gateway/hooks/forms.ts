import type { Form } from './form.ts';
import { HOME_ASSISTANT_FORM } from './home-assistant-form.ts';
import { JSON_FORM } from './json-form.ts';
import type { HookForm } from './options.ts';

export const FORMS: Readonly<Record<HookForm, Form>> = {
  json: JSON_FORM,
  'home-assistant': HOME_ASSISTANT_FORM,
};
